export { Engine, type EngineCounters, type EngineOptions, type Finding } from './engine';
export { sha256 } from './hash';
export { FALSE, TRUE, type Truth, UNKNOWN } from './truth';
