// The network between a browser and the demo, which a test can take away: a plain relay of bytes on a port of its own. What
// the browser sees is a real refusal, also in its service worker, and no setting of the browser is touched.
import { connect, createServer } from "node:net";

/** A relay to `target` (an address such as http://localhost:8710). */
export async function wire(target) {
  const { hostname, port, protocol } = new URL(target);
  const open = new Set();
  let up = true;
  let swallow = null;
  let times = 0;
  let swallowed = 0;
  const server = createServer((near) => {
    if (!up) { near.destroy(); return; }
    const far = connect(Number(port), hostname);
    open.add(near).add(far);
    let losing = false;
    near.on("data", (bytes) => {
      // The request goes on; its answer will be lost on the way back.
      if (times > 0 && bytes.includes(swallow)) { losing = true; times -= 1; }
      far.write(bytes);
    });
    far.on("data", (bytes) => {
      if (!losing) { near.write(bytes); return; }
      swallowed += 1;
      near.destroy();
      far.destroy();
    });
    const done = () => { near.destroy(); far.destroy(); open.delete(near); open.delete(far); };
    for (const end of [near, far]) end.on("close", done).on("error", done);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `${protocol}//localhost:${server.address().port}`,
    cut() { up = false; for (const one of open) one.destroy(); },
    mend() { up = true; },
    /** The next requests that hold these bytes arrive; their answers do not. More than one, since a browser sends a form again by itself when a kept connection breaks. */
    loseAnswersTo(text, count = 2) { swallow = text; times = count; },
    get lost() { return swallowed; },
    stop: () => new Promise((resolve) => { for (const one of open) one.destroy(); server.close(resolve); }),
  };
}
