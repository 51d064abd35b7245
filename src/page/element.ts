/**
 * Finds the element of client.html with this id.
 *
 * @throws {Error} if there is none, or it is of another kind: then markup and script don't match
 */
export function element<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`client.html has no ${kind.name} "${id}"`);
  return found;
}
