/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A film that was come to from a playlist: the page has links to the others
 * (templates/part/series.mustache). At its end the next one is gone to, and
 * played, where the link says so.
 */
function link(rel) {
	return document.querySelector(
		`nav[aria-labelledby=series] a[rel=${rel}]`);
}

/* For keys: to the next film, or the one before. */
export function goTo(rel) {
	const found = link(rel);

	if (found)
		found.click();
}

export function addSeries(video) {
	const next = link("next");

	if (next && "goesOn" in next.dataset)
		video.addEventListener("ended", () => {
			location.assign(`${next.href}&autoplay=true`);
		});
}
