import type { Draft } from '../../src/server/log/log.js';

/** A draft by the same author, in the room `lobby`, without an id, unless `more` says otherwise. */
export function draft(text: string, more: Partial<Draft> = {}): Draft {
  return { room: 'lobby', from: { id: 'ann-id', name: 'ann' }, text, id: '', ...more };
}

/** `count` drafts with an id each. */
export function drafts(count: number): Draft[] {
  return Array.from({ length: count }, (_, i) => draft(`m${i}`, { id: `i${i}` }));
}
