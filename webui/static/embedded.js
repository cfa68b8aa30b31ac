// The help inside a frame: says to the page around it that it is here, and when it wants to be closed.
// The page speaks first, because without a referrer nothing else tells where we are.

const button = document.querySelector("[data-close]");
const allowed = [location.origin, ...button.dataset.close.split(" ")];
let host = "";

const say = (word) => { if (host) parent.postMessage({ kundenlotse: word }, host); };

addEventListener("message", (event) => {
  if (parent === window || event.source !== parent || !allowed.includes(event.origin)) return;
  if (event.data?.kundenlotse !== "hello") return;
  host = event.origin;
  button.hidden = false;
  say("ready");
});
// The network may fail on the way to the next page; the page around the frame then helps out.
addEventListener("pagehide", () => say("away"));
addEventListener("pageshow", (event) => { if (event.persisted) say("ready"); });

button.addEventListener("click", () => say("close"));
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing && !event.defaultPrevented) say("close");
});

// Other hosts' pages open in a tab of their own: most of them refuse to be framed.
for (const link of document.querySelectorAll("a[href]")) {
  if (!link.protocol.startsWith("http") || link.origin === location.origin || link.target) continue;
  Object.assign(link, { target: "_blank", rel: "noopener" });
  const note = document.createElement("span");
  note.className = "unseen";
  note.textContent = ` ${button.dataset.newTab}`;
  link.append(note);
}
