import base from './jest.config.js';

/** The page in real browsers, one after another: two cores cannot draw four pages at once. */
export default {
  ...base,
  testMatch: ['<rootDir>/dist/test/browser/**/*.test.js'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 60_000,
  maxWorkers: 1,
};
