/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Links of the page to a moment of its film (chapters, times in descriptions
 * and comments) go there without loading it anew; the chapter that plays is
 * marked.
 */
function moment(link, video) {
	const { pathname, search } = new URL(link.href, location.href);
	const start = new URLSearchParams(search).get("start");

	return [location.pathname, video.dataset.page].includes(pathname) &&
		/^\d+$/.test(start || "") ?
		Number(start) : undefined;
}

function mark(video, links) {
	const current = links.filter(link =>
		moment(link, video) <= video.currentTime + 0.5).pop();

	for (const link of links)
		if (link === current)
			link.setAttribute("aria-current", "true");
		else
			link.removeAttribute("aria-current");
}

export function addChapters(video) {
	const links = [...document.querySelectorAll(".chapters a")];

	document.addEventListener("click", event => {
		const link = event.target.closest && event.target.closest("a");
		const seconds = link ? moment(link, video) : undefined;

		if (seconds === undefined || event.ctrlKey || event.metaKey ||
				event.shiftKey)
			return;
		event.preventDefault();
		video.currentTime = seconds;
		video.play().catch(() => {});
		video.focus();
	});
	if (links.length)
		video.addEventListener("timeupdate", () => mark(video, links));
}
