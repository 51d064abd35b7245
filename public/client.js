export * from './js/client/index.js';
