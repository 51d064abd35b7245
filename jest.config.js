/**
 * `npm test`: unit and integration tests, on any system that runs Node. Jest runs the output of
 * tsc: native ES modules, with source maps to the TypeScript.
 */
export default {
  roots: ['<rootDir>/dist'],
  testMatch: ['<rootDir>/dist/test/**/*.test.js'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/dist/test/browser/',
    '\\.system\\.test\\.js$',
  ],
  testEnvironment: 'node',
  transform: {},
  // Most tests wait for timers and sockets, so that every core can run a worker.
  maxWorkers: '100%',
  // Against tests that hang: a busy machine may take several times as long as an idle one.
  testTimeout: 30_000,
  coverageProvider: 'v8',
  collectCoverageFrom: ['<rootDir>/dist/src/**/*.js'],
};
