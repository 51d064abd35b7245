/**
 * A bot: answers `!tick` with the number of the tick, `!seen NAME` with when somebody last spoke.
 *
 *     npm install tickchat ws
 *     node bot.mjs http://localhost:9876/ lobby
 */
import { connect } from 'tickchat/client';
import { WebSocket } from 'ws';

const [url = 'http://localhost:9876/', room = 'lobby'] = process.argv.slice(2);
const client = connect(url, { room, name: 'Bot', WebSocket });
const seen = new Map();
let tick = 0;

client.on('tick', ({ n }) => (tick = n));
client.on('state', ({ name }) => console.log(name));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => client.close());

for await (const { seq, from, text, at } of client.messages()) {
  const isOld = client.hello.recovered === null && seq <= client.hello.log.seq;
  if (!isOld && text === '!tick') await client.send(`It is tick ${tick}.`);
  if (!isOld && text.startsWith('!seen ')) await client.send(lastSeen(text.slice(6)));
  if (from.id !== client.hello.you.id) seen.set(from.name, at);
}

function lastSeen(name) {
  const at = seen.get(name);
  return at === undefined ? `${name}? Never.` : `${name} spoke at ${new Date(at).toISOString()}.`;
}
