/**
 * A dot that is at the same place on every screen, though nobody sends where it is: its place is a
 * pure function of the shared clock. So is anything else that all players should see alike.
 */
import { connect } from 'http://localhost:9876/client.js';

const client = connect('http://localhost:9876/', { room: 'game-loop' });
const stage = document.getElementById('stage');
const pen = stage.getContext('2d');

/** Where the dot is at `now` (server time, ms): once around in 4 s, up and down thrice meanwhile. */
export function placeAt(now) {
  const turn = ((now % 4000) / 4000) * 2 * Math.PI;
  return {
    x: stage.width / 2 + 200 * Math.cos(turn),
    y: stage.height / 2 + 90 * Math.sin(3 * turn),
  };
}

function draw() {
  requestAnimationFrame(draw);
  const now = client.clock.now();
  if (Number.isNaN(now)) return; // not joined yet
  const { x, y } = placeAt(now);
  pen.clearRect(0, 0, stage.width, stage.height);
  pen.beginPath();
  pen.arc(x, y, 12, 0, 2 * Math.PI);
  pen.fill();
  Object.assign(stage.dataset, { now, x, y });
}
requestAnimationFrame(draw);

client.on('tick', ({ n }) => {
  const { synced, error } = client.clock;
  document.getElementById('tick').textContent = n;
  document.getElementById('error').textContent = synced
    ? `in sync ± ${Math.ceil(error)} ms`
    : 'setting the clock';
});
