/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What came from where: { http, p2p, up } in bytes and { peers } now. */
export function newTraffic() {
	const sums = { http: 0, p2p: 0, up: 0, peers: 0 };

	return {
		sums,
		count(what, number) {
			sums[what] = what === "peers" ? number : sums[what] + number;
		},
	};
}

/* Says beside the link to the choice how many share. */
export function showPeers(video, bar, { sums }) {
	const place = bar && bar.querySelector("[data-do=peers]");

	if (place)
		video.addEventListener("timeupdate", () => {
			place.textContent = sums.peers ? `(${sums.peers})` : "";
		});
}
