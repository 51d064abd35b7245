import { plainDialect } from './dialect.js';
import { runWorker } from './worker.js';

runWorker(plainDialect);
