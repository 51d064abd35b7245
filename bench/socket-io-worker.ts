import { runWorker } from '../src/cli/bench/worker.js';
import { socketIoDialect } from './socket-io-dialect.js';

runWorker(socketIoDialect);
