/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Keeps the number of those who watch now as it is, while the page is seen.
 * Asks without cookies, so that nginx answers all pages from its cache.
 */
"use strict";

(() => {
	const shown = document.querySelector("#watching");
	const period = 30000;
	let last = Date.now();

	async function renew() {
		if (document.hidden || Date.now() - last < period)
			return;
		last = Date.now();
		try {
			const answer = await fetch(shown.dataset.from,
				{ credentials: "omit" });
			const { viewers } = await answer.json();

			shown.querySelector("span").textContent = viewers;
			shown.hidden = !viewers;
		} catch {
			/* The number stays as it was. */
		}
	}

	if (!shown || !shown.dataset.from)
		return;
	setInterval(renew, period / 6);
	document.addEventListener("visibilitychange", renew);
})();
