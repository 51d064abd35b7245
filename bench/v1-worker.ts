import { runWorker } from '../src/cli/bench/worker.js';
import { v1Dialect } from './v1-dialect.js';

runWorker(v1Dialect);
