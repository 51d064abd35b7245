/** Jest runs what tsc emitted: native ES modules, source maps back to the TypeScript. */
export default {
  roots: ['<rootDir>/dist'],
  testMatch: ['<rootDir>/dist/test/**/*.test.js'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/dist/test/browser/'],
  testEnvironment: 'node',
  transform: {},
  coverageProvider: 'v8',
  collectCoverageFrom: ['<rootDir>/dist/src/**/*.js'],
};
