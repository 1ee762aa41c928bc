// The id of an object, or the id itself.
export function idOf(named) {
  return typeof named === 'string' ? named : named.id;
}
