/** Longest name of a room, characters. */
const MAX_LENGTH = 64;

/** The valid name of a room that `name` may mean; undefined if it has no letter or digit. */
export function roomLike(name: string): string | undefined {
  const plain = name.normalize('NFKD').toLowerCase().replaceAll(/\p{M}/gu, '');
  const words = plain.split(/[^a-z0-9_]/).filter((word) => word !== '');
  const like = words.join('-').replace(/^_+/, '').slice(0, MAX_LENGTH);
  return like === '' ? undefined : like;
}
