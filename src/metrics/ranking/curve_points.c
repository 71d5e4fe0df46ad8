/*-------------------------------------------------------------------------
 *
 * curve_points.c
 *	  The points of the ROC curve, all of them or enough for a plot.
 *
 * Precision and recall at a threshold follow from the same counts, so the
 * precision-recall curve has the same points.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/ranking/curve_points.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/ranking/curve_points.h"

typedef MlopsWide Wide;

/* the first walk over a curve that is too long: what must be kept */
typedef struct Survey
{
	const MlopsRanking *r;
	int64_t n; /* points */
	Wide gap;  /* greatest |TP N - FP P| and where */
	double gap_threshold;
	double f1;
	double f1_threshold;
} Survey;

/* the second walk */
typedef struct Sampler
{
	const Survey *survey;
	int64_t stretches;
	int64_t stretch; /* of the point before */
	MlopsCurveVisit visit;
	void *arg;
} Sampler;

static void all_points(const MlopsRanking *r, bool drop_collinear, MlopsCurveVisit visit,
					   void *arg);
static void survey_point(void *arg, const MlopsCurvePoint *point);
static void sample_point(void *arg, const MlopsCurvePoint *point);
static int64_t stretch_of(const Sampler *s, const MlopsCurvePoint *point);

void
mlops_ranking_curve(const MlopsRanking *r, bool drop_collinear, int64_t max_points,
					MlopsCurveVisit visit, void *arg)
{
	Survey survey = {.r = r, .gap = -1, .f1 = -1};

	if (max_points > 0)
		all_points(r, drop_collinear, survey_point, &survey);
	if (survey.n <= max_points)
		all_points(r, drop_collinear, visit, arg);
	else
	{
		/* besides the stretches: the last point and two extremes */
		Sampler sampler = {.survey = &survey,
						   .stretches = max_points - 3,
						   .stretch = -1,
						   .visit = visit,
						   .arg = arg};

		all_points(r, drop_collinear, sample_point, &sampler);
	}
}

/*
 * A group's end is collinear when the group after it has the same make-up; the
 * first group's end is always kept.
 */
static void
all_points(const MlopsRanking *r, bool drop_collinear, MlopsCurveVisit visit, void *arg)
{
	MlopsRankingCursor c = mlops_ranking_start(r);
	MlopsCurvePoint point = {.threshold = INFINITY};
	MlopsTieGroup next;
	bool more = mlops_ranking_next(&c, &next);
	bool first = true;

	visit(arg, &point);
	while (more)
	{
		MlopsTieGroup g = next;

		point.threshold = g.score;
		point.tp += g.positives;
		point.fp += g.negatives;
		more = mlops_ranking_next(&c, &next);
		if (!drop_collinear || first || !more || next.positives != g.positives ||
			next.negatives != g.negatives)
			visit(arg, &point);
		first = false;
	}
}

static void
survey_point(void *arg, const MlopsCurvePoint *point)
{
	Survey *s = arg;
	Wide gap = (Wide) point->tp * s->r->n_negative - (Wide) point->fp * s->r->n_positive;
	double f1 = 2.0 * (double) point->tp / (double) (point->tp + point->fp + s->r->n_positive);

	s->n++;
	if (gap < 0)
		gap = -gap;
	if (gap > s->gap)
	{
		s->gap = gap;
		s->gap_threshold = point->threshold;
	}
	if (f1 > s->f1)
	{
		s->f1 = f1;
		s->f1_threshold = point->threshold;
	}
}

static void
sample_point(void *arg, const MlopsCurvePoint *point)
{
	Sampler *s = arg;
	const MlopsRanking *r = s->survey->r;
	int64_t stretch = stretch_of(s, point);

	if (stretch != s->stretch || point->threshold == s->survey->gap_threshold ||
		point->threshold == s->survey->f1_threshold ||
		point->tp + point->fp == r->n_positive + r->n_negative)
		s->visit(s->arg, point);
	s->stretch = stretch;
}

/* 0 ... stretches - 1, by the share of TPR + FPR that the point has reached */
static int64_t
stretch_of(const Sampler *s, const MlopsCurvePoint *point)
{
	const MlopsRanking *r = s->survey->r;
	Wide reached;
	Wide all;
	int64_t stretch;

	if (r->n_positive == 0 || r->n_negative == 0)
	{
		reached = point->tp + point->fp;
		all = r->n_positive + r->n_negative;
	}
	else
	{
		reached = (Wide) point->tp * r->n_negative + (Wide) point->fp * r->n_positive;
		all = 2 * (Wide) r->n_positive * r->n_negative;
	}
	stretch = (int64_t) ((double) reached / (double) all * (double) s->stretches);
	return stretch < s->stretches ? stretch : s->stretches - 1;
}
