import base from './jest.config.js';

/**
 * `npm run test:system`: tests that need Linux, root or a program of Debian's, such as mount,
 * nginx, openssl, promtool or script. Their names end in `.system.test.ts`.
 */
export default {
  ...base,
  testMatch: ['<rootDir>/dist/test/**/*.system.test.js'],
  testPathIgnorePatterns: ['/node_modules/'],
};
