/**
 * The element of client.html with this id.
 *
 * @throws if the page has none, or one of another kind: then the two files don't belong together
 */
export function element<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`client.html has no ${kind.name} "${id}"`);
  return found;
}
