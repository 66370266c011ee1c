/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * By which names browsers that watch the same rendition find each other: the
 * info hashes of p2p-media-loader's generations (reference p2p.md 3.3). They
 * are 20 bytes; in the newer ones these are the characters of a base64 text.
 *
 * A stream is "main" (a level of the master playlist) or "secondary" (its
 * audio track).
 */
#ifndef CARDUME_SWARM_ID_H
#define CARDUME_SWARM_ID_H

#include <stdint.h>

#define SWARM_ID_BYTES 20

/* PeerTube after 8.2, and our own player: the same whatever the playlist's
 * address is. `id` is the rendition's resolution, or "default" for audio. */
void swarm_id_uuid(uint8_t out[SWARM_ID_BYTES], const char *uuid,
		   const char *stream, const char *id);

/* PeerTube 7.1 to 8.2: the address of the master playlist, and the level's
 * place in it, counted from 0. */
void swarm_id_playlist(uint8_t out[SWARM_ID_BYTES], const char *playlist_url,
		       const char *stream, int level);

/* PeerTube up to 7.0, main streams alone. */
void swarm_id_old(uint8_t out[SWARM_ID_BYTES], const char *playlist_url,
		  int level);

#endif
