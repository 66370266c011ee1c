/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The player: what the browser's own <video> does not do. attach() is called
 * by static/watch.js when a video is played; whatever fails here leaves the
 * element as the page had it.
 */
import { addBar } from "./bar.js";
import { addChapters } from "./chapters.js";
import { addKeys } from "./keys.js";
import { followPlace, placeToBegin } from "./place.js";
import { stream } from "./stream.js";

/* video: the page's element, whose <source>s and data-* say what there is. */
export async function attach(video) {
	const begun = placeToBegin(video);

	if (begun)
		video.currentTime = begun;
	video.cardume = await stream(video);
	const bar = addBar(video);

	addKeys(video, bar);
	addChapters(video);
	followPlace(video, bar, begun);
}
