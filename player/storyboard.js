/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * While one seeks, the picture of that moment, where the page has a sheet of
 * pictures: data-storyboard is its path, the width and height of one, the
 * seconds between two, the sheet's width and height. It is loaded at the first
 * seek; one that is not there yet (another size) is asked for again.
 */
const lingering = 400;

function place(video, sheet, [width, height, each]) {
	const columns = Math.floor(sheet.naturalWidth / width);
	const rows = Math.floor(sheet.naturalHeight / height);
	const nr = Math.min(Math.floor(video.currentTime / each),
		columns * rows - 1);

	return [nr % columns * width, Math.floor(nr / columns) * height];
}

function newCanvas(width, height) {
	const canvas = document.createElement("canvas");

	canvas.className = "storyboard";
	canvas.hidden = true;
	canvas.width = width;
	canvas.height = height;
	canvas.setAttribute("aria-hidden", "true");
	return canvas;
}

export function addStoryboard(video) {
	const [path, ...rest] = (video.dataset.storyboard || "").split(" ");
	const sizes = rest.map(Number);
	const [width, height, , ...whole] = sizes;
	const canvas = newCanvas(width, height);
	const sheet = new Image();
	let timer;

	if (!path)
		return;
	const show = () => {
		canvas.getContext("2d").drawImage(sheet,
			...place(video, sheet, sizes), width, height,
			0, 0, width, height);
		canvas.hidden = false;
	};
	const isThere = () => sheet.naturalWidth === whole[0] &&
		sheet.naturalHeight === whole[1];

	sheet.addEventListener("load", () => {
		if (!isThere())
			sheet.removeAttribute("src");
		else if (video.seeking)
			show();
	});
	video.addEventListener("seeking", () => {
		clearTimeout(timer);
		if (isThere())
			show();
		else if (!sheet.getAttribute("src"))
			sheet.src = path;
	});
	video.addEventListener("seeked", () => {
		clearTimeout(timer);
		timer = setTimeout(() => { canvas.hidden = true; }, lingering);
	});
	video.after(canvas);
}
