// A person at a browser, as the tasks of users-and-screens 3.11 measure one. The harness counts, never the script: every
// click, tap and key chord is an action, typing text is the work itself, and requests are those that carry pages or data.

/** What a page loads once and keeps (style, script, pictures) is no part of a task. */
const COUNTED = new Set(["document", "fetch", "xhr"]);

export function person(page) {
  let actions = 0;
  let requests = [];
  let began = Date.now();
  page.on("request", (one) => { if (COUNTED.has(one.resourceType())) requests.push(`${one.method()} ${new URL(one.url()).pathname}`); });
  const acting = async (doing) => { actions += 1; return doing(); };
  return {
    /** Counting begins anew: everything before was the way to the start. */
    start() { actions = 0; requests = []; began = Date.now(); },
    click: (what) => acting(() => what.click()),
    tap: (what) => acting(() => what.tap()),
    press: (chord) => acting(() => page.keyboard.press(chord)),
    type: (text) => page.keyboard.type(text),
    /** Things are found as people find them: by what is written on them. */
    named: (role, name) => page.getByRole(role, { name }),
    row: (text) => page.getByRole("listitem").filter({ hasText: text }),
    sees: (text) => page.getByText(text).first().waitFor(),
    get counted() { return { actions, requests: [...requests], seconds: (Date.now() - began) / 1000 }; },
  };
}
