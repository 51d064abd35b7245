import { runWorker } from '../src/cli/bench/worker.js';
import { v1SparseDialect } from './v1-dialect.js';

runWorker(v1SparseDialect);
