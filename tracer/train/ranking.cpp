#include "tracer/train/ranking.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tracer/error.hpp"

namespace tracer {

RocCurve roc_curve(const std::vector<bool>& truth, const std::vector<double>& scores) {
  const std::vector<AtThreshold> all = taken_by_score(truth, scores, "an ROC curve");
  const double positives = all.back().right;
  const double negatives = all.back().samples - all.back().right;
  RocCurve curve{{0}, {0}};
  for (const AtThreshold& taken : all) {
    curve.fpr.push_back((taken.samples - taken.right) / negatives);  // NaN where there are none
    curve.tpr.push_back(taken.right / positives);
  }
  return curve;
}

double area_under(const RocCurve& curve) {
  double area = 0;
  for (std::size_t k = 0; k + 1 < curve.fpr.size(); ++k)
    area += (curve.fpr[k + 1] - curve.fpr[k]) * (curve.tpr[k + 1] + curve.tpr[k]) / 2;
  return area;
}

namespace {

// One row a class: of two classes with one score the other's is what is missing to 1.
Array<float> by_class(const Array<float>& scores) {
  if (scores.rows() > 1) return scores;
  Array<float> both(2, scores.cols());
  both.row(0) = 1 - scores.row(0);
  both.row(1) = scores.row(0);
  return both;
}

bool are_probabilities(const Array<float>& scores) {
  constexpr float slack = 1e-3F;  // sums of a thousand float32 numbers
  return (scores >= -slack).all() && (scores <= 1 + slack).all() &&
         ((scores.colwise().sum() - 1).abs() <= slack).all();
}

// How many classes have a higher score; of equal ones those before it.
int place_of(const Array<float>& scores, Eigen::Index sample, int label) {
  int before = 0;
  for (int c = 0; c < scores.rows(); ++c) {
    const bool higher = scores(c, sample) > scores(label, sample);
    const bool same_but_first = scores(c, sample) == scores(label, sample) && c < label;
    before += higher || same_but_first ? 1 : 0;
  }
  return before;
}

void calibrate(const std::vector<int>& truth, const Array<float>& scores, Ranking& ranking) {
  constexpr int tenths = 10;
  ranking.bins.resize(tenths);
  for (Eigen::Index k = 0; k < scores.cols(); ++k) {
    Eigen::Index best = 0;
    const double probability = static_cast<double>(scores.col(k).maxCoeff(&best));
    const int bin = std::clamp(static_cast<int>(probability * tenths), 0, tenths - 1);
    CalibrationBin& of = ranking.bins[static_cast<std::size_t>(bin)];
    ++of.count;
    of.probability += probability;
    of.right += best == truth[static_cast<std::size_t>(k)] ? 1 : 0;
  }
  double error = 0;
  for (CalibrationBin& of : ranking.bins) {
    if (of.count == 0) continue;
    error += std::abs(of.right - of.probability);
    of.probability /= of.count;
    of.right /= of.count;
  }
  ranking.calibration_error = error / static_cast<double>(truth.size());
}

}  // namespace

Ranking ranking_of(const std::vector<int>& truth, const Array<float>& given) {
  if (truth.empty() || truth.size() != static_cast<std::size_t>(given.cols()))
    throw Error(
        fmt::format("{} samples have scores, and {} have a class", given.cols(), truth.size()));
  const Array<float> scores = by_class(given);
  Ranking ranking;
  for (int c = 0; c < scores.rows(); ++c) {
    std::vector<bool> is_it;
    for (const int label : truth) is_it.push_back(label == c);
    const Eigen::ArrayXd row = scores.row(c).cast<double>();
    const std::vector<double> of(row.begin(), row.end());
    ClassRanking one;
    one.prevalence =
        static_cast<double>(std::ranges::count(truth, c)) / static_cast<double>(truth.size());
    one.precision_recall = pr_curve(is_it, of);
    one.average_precision = average_precision(one.precision_recall);
    one.roc = roc_curve(is_it, of);
    one.roc_auc = area_under(one.roc);
    ranking.classes.push_back(std::move(one));
  }
  ranking.top.resize(static_cast<std::size_t>(std::min<Eigen::Index>(scores.rows(), 5)));
  for (std::size_t k = 0; k < truth.size(); ++k) {
    const int place = place_of(scores, static_cast<Eigen::Index>(k), truth[k]);
    for (std::size_t most = static_cast<std::size_t>(place); most < ranking.top.size(); ++most)
      ranking.top[most] += 1;
  }
  for (double& share : ranking.top) share /= static_cast<double>(truth.size());
  if (are_probabilities(scores)) calibrate(truth, scores, ranking);
  return ranking;
}

}  // namespace tracer
