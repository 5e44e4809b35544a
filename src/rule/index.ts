export type * from './ast';
export type * from './checked-rule';
export type * from './diagnostic';
