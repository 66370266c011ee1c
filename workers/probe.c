/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * cardume-probe(8): says in one line of JSON what a media file is, or
 * {"error": word}. Run by lib/media.c inside a sandbox, for the file may be
 * anything.
 *
 *   cardume-probe URL FORMATS PROTOCOLS MAX_PIXELS
 */
#include <json-c/json.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avstring.h>
#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
#include <stdbool.h>
#include <sysexits.h>

#define PROBE_BYTES (1 << 20)

static _Noreturn void refuse(const char *word)
{
	json_object *object = json_object_new_object();

	json_object_object_add(object, "error", json_object_new_string(word));
	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN));
	exit(EX_DATAERR);
}

static void add_text(json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key,
			       json_object_new_string(text ? text : ""));
}

static void add_int(json_object *object, const char *key, int64_t number)
{
	json_object_object_add(object, key, json_object_new_int64(number));
}

static void add_real(json_object *object, const char *key, double number)
{
	json_object_object_add(object, key, json_object_new_double(number));
}

static void add_ratio(json_object *object, const char *key, AVRational ratio)
{
	json_object *pair = json_object_new_array_ext(2);

	json_object_array_add(pair, json_object_new_int(ratio.num));
	json_object_array_add(pair, json_object_new_int(ratio.den));
	json_object_object_add(object, key, pair);
}

static bool is_playlist(const char *name)
{
	return av_match_list(name,
			     "hls,applehttp,concat,concatf,dash,imf,"
			     "sdp,rtsp",
			     ',') > 0;
}

static bool is_picture(const char *name)
{
	size_t len = strlen(name);

	return !strcmp(name, "image2") || !strcmp(name, "image2pipe") ||
	       !strcmp(name, "apng") || !strcmp(name, "ico") ||
	       (len > 5 && !strcmp(name + len - 5, "_pipe"));
}

/* A demuxer without a codec for pictures or sound in its list of tags cannot
 * be told apart from others; these are all the subtitle formats of FFmpeg. */
static bool is_subtitles(const char *name)
{
	return av_match_list(name,
			     "srt,webvtt,ass,ssa,microdvd,mpl2,mpsub,"
			     "pjs,realtext,sami,scc,stl,subviewer,subviewer1,"
			     "vplayer,jacosub,aqtitle,lrc,sup,vobsub,dvbsub,"
			     "ttml,mcc",
			     ',') > 0;
}

static void check_format(const AVInputFormat *format, const char *formats)
{
	if (!format)
		refuse("unknown");
	if (av_match_list(format->name, formats, ',') > 0)
		return;
	if (is_playlist(format->name))
		refuse("playlist");
	if (is_picture(format->name))
		refuse("picture");
	if (is_subtitles(format->name))
		refuse("subtitles");
	refuse("format");
}

static AVIOContext *open_bytes(const char *url, const char *protocols)
{
	AVDictionary *options = NULL;
	AVIOContext *bytes = NULL;

	av_dict_set(&options, "protocol_whitelist", protocols, 0);
	if (avio_open2(&bytes, url, AVIO_FLAG_READ, NULL, &options) < 0)
		refuse("unreadable");
	av_dict_free(&options);
	if (avio_size(bytes) == 0)
		refuse("empty");
	return bytes;
}

static AVFormatContext *open_media(char **argv)
{
	AVIOContext *bytes = open_bytes(argv[1], argv[3]);
	AVFormatContext *media = avformat_alloc_context();
	const AVInputFormat *format = NULL;
	AVDictionary *options = NULL;

	if (!media || av_probe_input_buffer2(bytes, &format, "", NULL, 0,
					     PROBE_BYTES) < 0)
		refuse("unknown");
	check_format(format, argv[2]);
	media->pb = bytes;
	av_dict_set(&options, "protocol_whitelist", argv[3], 0);
	av_dict_set(&options, "format_whitelist", argv[2], 0);
	if (avformat_open_input(&media, argv[1], format, &options) < 0)
		refuse("broken");
	av_dict_free(&options);
	return media;
}

/* Decoders are opened here and there to find out more. */
static void read_streams(AVFormatContext *media, const char *max_pixels)
{
	unsigned nr = media->nb_streams;
	AVDictionary **options = av_calloc(nr + 1, sizeof(*options));

	if (!options)
		refuse("broken");
	for (unsigned i = 0; i < nr; i++) {
		av_dict_set(&options[i], "max_pixels", max_pixels, 0);
		av_dict_set(&options[i], "threads", "1", 0);
	}
	if (avformat_find_stream_info(media, options) < 0)
		refuse("broken");
	for (unsigned i = 0; i < nr; i++)
		av_dict_free(&options[i]);
	av_free(options);
}

static int rotation_of(const AVStream *stream)
{
	const uint8_t *matrix = av_stream_get_side_data(
		stream, AV_PKT_DATA_DISPLAYMATRIX, NULL);
	double angle = matrix ? av_display_rotation_get(
					(const int32_t *)(const void *)matrix) :
				0;

	/* NaN for a matrix that is none. */
	return angle >= -360 && angle <= 360 ? (int)angle : 0;
}

static const char *field_order(enum AVFieldOrder order)
{
	static const char *const names[] = { "unknown", "progressive", "tt",
					     "bb",	"tb",	       "bt" };

	return (unsigned)order < 6 ? names[order] : "unknown";
}

/* RFC 6381; AVC: profile, constraints and level as in the avcC box (ISO/IEC
 * 14496-15 5.3.3.1). */
static void add_codec_string(json_object *object,
			     const AVCodecParameters *codec)
{
	char text[32] = "";

	if (codec->codec_id == AV_CODEC_ID_H264 && codec->extradata_size > 3 &&
	    codec->extradata[0] == 1)
		snprintf(text, sizeof(text), "avc1.%02x%02x%02x",
			 codec->extradata[1], codec->extradata[2],
			 codec->extradata[3]);
	else if (codec->codec_id == AV_CODEC_ID_AAC)
		snprintf(text, sizeof(text), "mp4a.40.%d",
			 codec->profile >= 0 ? codec->profile + 1 : 2);
	add_text(object, "codecString", text);
}

static void add_video(json_object *object, const AVStream *stream,
		      AVFormatContext *media)
{
	const AVCodecParameters *codec = stream->codecpar;
	AVRational sar = av_guess_sample_aspect_ratio(
		media, media->streams[stream->index], NULL);

	add_int(object, "width", codec->width);
	add_int(object, "height", codec->height);
	add_ratio(object, "sar", sar);
	add_int(object, "rotation", rotation_of(stream));
	add_ratio(object, "averageRate", stream->avg_frame_rate);
	add_ratio(object, "baseRate", stream->r_frame_rate);
	add_text(object, "pixelFormat", av_get_pix_fmt_name(codec->format));
	add_text(object, "fieldOrder", field_order(codec->field_order));
	add_text(object, "transfer", av_color_transfer_name(codec->color_trc));
	add_int(object, "level", codec->level);
}

static void add_audio(json_object *object, const AVCodecParameters *codec)
{
	char layout[64] = "";

	av_channel_layout_describe(&codec->ch_layout, layout, sizeof(layout));
	add_int(object, "channels", codec->ch_layout.nb_channels);
	add_text(object, "layout",
		 codec->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC ? "" :
								     layout);
	add_int(object, "sampleRate", codec->sample_rate);
}

static double seconds(int64_t duration, AVRational base)
{
	return duration == AV_NOPTS_VALUE || duration < 0 ?
		       0 :
		       (double)duration * av_q2d(base);
}

static json_object *describe_stream(AVFormatContext *media,
				    const AVStream *stream)
{
	const AVCodecParameters *codec = stream->codecpar;
	json_object *object = json_object_new_object();
	bool is_picture = stream->disposition & AV_DISPOSITION_ATTACHED_PIC;

	add_int(object, "index", stream->index);
	add_text(object, "type", av_get_media_type_string(codec->codec_type));
	add_text(object, "codec", avcodec_get_name(codec->codec_id));
	add_text(object, "profile",
		 avcodec_profile_name(codec->codec_id, codec->profile));
	add_int(object, "bitRate", codec->bit_rate);
	add_real(object, "duration",
		 seconds(stream->duration, stream->time_base));
	add_codec_string(object, codec);
	json_object_object_add(object, "attachedPicture",
			       json_object_new_boolean(is_picture));
	if (codec->codec_type == AVMEDIA_TYPE_VIDEO)
		add_video(object, stream, media);
	if (codec->codec_type == AVMEDIA_TYPE_AUDIO)
		add_audio(object, codec);
	return object;
}

static json_object *describe_chapters(const AVFormatContext *media)
{
	json_object *array = json_object_new_array();

	for (unsigned i = 0; i < media->nb_chapters && i < 1000; i++) {
		const AVChapter *chapter = media->chapters[i];
		const AVDictionaryEntry *title =
			av_dict_get(chapter->metadata, "title", NULL, 0);
		json_object *object = json_object_new_object();

		add_real(object, "start",
			 seconds(chapter->start, chapter->time_base));
		add_text(object, "title", title ? title->value : "");
		json_object_array_add(array, object);
	}
	return array;
}

static json_object *describe(AVFormatContext *media)
{
	json_object *object = json_object_new_object();
	json_object *streams = json_object_new_array();

	add_text(object, "format", media->iformat->name);
	add_real(object, "duration",
		 seconds(media->duration, (AVRational){ 1, AV_TIME_BASE }));
	add_int(object, "bitRate", media->bit_rate);
	for (unsigned i = 0; i < media->nb_streams && i < 100; i++)
		json_object_array_add(
			streams, describe_stream(media, media->streams[i]));
	json_object_object_add(object, "streams", streams);
	json_object_object_add(object, "chapters", describe_chapters(media));
	return object;
}

int main(int argc, char **argv)
{
	AVFormatContext *media;
	AVIOContext *bytes;
	json_object *object;

	if (argc != 5) {
		fputs("usage: cardume-probe URL FORMATS PROTOCOLS MAX_PIXELS\n",
		      stderr);
		return EX_USAGE;
	}
	av_log_set_level(AV_LOG_ERROR);
	media = open_media(argv);
	bytes = media->pb;
	read_streams(media, argv[4]);
	object = describe(media);
	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN));
	json_object_put(object);
	avformat_close_input(&media);
	avio_closep(&bytes);
	return 0;
}
