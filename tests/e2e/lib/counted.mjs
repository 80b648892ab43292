// Counts what a person does and what the browser asks for; the script only says what is done. A press, a tap, a choice and
// a filled field are one action each; waiting is none.

/** Wraps a page. `measured()` gives actions, requests and seconds since the start, without the stylesheets and scripts. */
export function counted(page) {
  let actions = 0;
  let requests = 0;
  const begun = Date.now();
  const count = (request) => { if (["document", "fetch", "xhr"].includes(request.resourceType())) requests += 1; };
  page.on("request", count);
  const act = (name) => async (locator, ...rest) => { actions += 1; return locator[name](...rest); };
  return {
    click: act("click"),
    fill: act("fill"),
    choose: act("selectOption"),
    press: async (keys) => { actions += 1; return page.keyboard.press(keys); },
    measured: () => {
      page.off("request", count);
      return { actions, requests, seconds: (Date.now() - begun) / 1000 };
    },
  };
}
