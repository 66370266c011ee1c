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
import { addSeries } from "./series.js";
import { addStoryboard } from "./storyboard.js";
import { Hls, stream } from "./stream.js";
import { newTraffic, reportTraffic, showPeers } from "./traffic.js";

/* All from the server. */
async function openAlone(video, traffic) {
	const found = await stream(video);

	if (found.hls)
		found.hls.on(Hls.Events.FRAG_LOADED, (event, { payload }) =>
			traffic.count("http", payload.byteLength));
	return found;
}

/* With peers, where the page says that the viewer agreed and it can be. */
async function open(video, traffic) {
	if (!video.dataset.tracker)
		return openAlone(video, traffic);
	try {
		const { peers } = await import("./p2p.js");
		const { player, options } = peers(Hls, video, traffic.count);

		return await stream(video, player, options);
	} catch (error) {
		console.warn(error);
		return openAlone(video, traffic);
	}
}

/* video: the page's element, whose <source>s and data-* say what there is. */
export async function attach(video) {
	const begun = placeToBegin(video);
	const traffic = newTraffic();

	if (begun)
		video.currentTime = begun;
	video.cardume = await open(video, traffic);
	video.cardume.traffic = traffic.sums;
	const bar = addBar(video);

	showPeers(video, bar, traffic);
	addKeys(video, bar);
	addChapters(video);
	addStoryboard(video);
	addSeries(video);
	followPlace(video, bar, begun);
	reportTraffic(video, traffic);
}
