/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The player: what the browser's own <video> does not do. attach() is called
 * by static/watch.js when a video is played; whatever fails here leaves the
 * element as the page had it.
 */
import { stream } from "./stream.js";

/* video: the page's element, whose <source>s say what there is. */
export async function attach(video) {
	video.cardume = await stream(video);
}
