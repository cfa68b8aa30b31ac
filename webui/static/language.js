// The first page of a static copy: on to the browser's language. The page itself lets one choose.
location.replace((navigator.languages.map((each) => each.slice(0, 2)).find((each) => each === "de" || each === "en") ?? "de") + "/index.html");
