#include "tracer/train/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "tracer/error.hpp"

namespace tracer {
namespace {

// 0/0 is 0: scikit-learn's zero_division=0
double share(double part, double whole) { return whole == 0 ? 0 : part / whole; }

double f1_of(double precision, double recall) {
  return share(2 * precision * recall, precision + recall);
}

// The mean of the classes' scores, weighted; support is that of all classes together.
template <class Weight>
ClassScore mean_score(const std::vector<ClassScore>& scores, Weight weight) {
  ClassScore sum;
  double weights = 0;
  for (std::size_t c = 0; c < scores.size(); ++c) {
    const double w = weight(c);
    sum.precision += w * scores[c].precision;
    sum.recall += w * scores[c].recall;
    sum.f1 += w * scores[c].f1;
    sum.support += scores[c].support;
    weights += w;
  }
  return {share(sum.precision, weights), share(sum.recall, weights), share(sum.f1, weights),
          sum.support};
}

int predictions_of(const Metrics& metrics, std::size_t c) {
  return std::accumulate(metrics.confusion.begin(), metrics.confusion.end(), 0,
                         [&](int sum, const std::vector<int>& truth) { return sum + truth[c]; });
}

void check_counts(std::size_t truth, std::size_t predicted) {
  if (truth == predicted) return;
  throw Error(
      fmt::format("{} predictions for {} samples; every sample needs one", predicted, truth));
}

}  // namespace

double Metrics::accuracy() const {
  if (task == Task::numbers || count == 0) return std::numeric_limits<double>::quiet_NaN();
  int right = 0;
  for (std::size_t c = 0; c < confusion.size(); ++c) right += confusion[c][c];
  return static_cast<double>(right) / count;
}

std::vector<ClassScore> Metrics::scores() const {
  std::vector<ClassScore> all;
  for (std::size_t c = 0; c < confusion.size(); ++c) {
    ClassScore score;
    score.support = std::accumulate(confusion[c].begin(), confusion[c].end(), 0);
    score.precision = share(confusion[c][c], predictions_of(*this, c));
    score.recall = share(confusion[c][c], score.support);
    score.f1 = f1_of(score.precision, score.recall);
    all.push_back(score);
  }
  return all;
}

ClassScore Metrics::macro() const {
  const std::vector<ClassScore> all = scores();
  return mean_score(all, [&](std::size_t c) {
    return all[c].support > 0 || predictions_of(*this, c) > 0 ? 1.0 : 0.0;
  });
}

ClassScore Metrics::weighted() const {
  const std::vector<ClassScore> all = scores();
  return mean_score(all, [&](std::size_t c) { return static_cast<double>(all[c].support); });
}

std::vector<std::vector<double>> Metrics::confusion_shares(SharesOf of) const {
  std::vector<int> row_sums(confusion.size());
  std::vector<int> column_sums(confusion.size());
  for (std::size_t i = 0; i < confusion.size(); ++i)
    for (std::size_t j = 0; j < confusion.size(); ++j) {
      row_sums[i] += confusion[i][j];
      column_sums[j] += confusion[i][j];
    }
  std::vector<std::vector<double>> all;
  for (std::size_t i = 0; i < confusion.size(); ++i) {
    all.emplace_back();
    for (std::size_t j = 0; j < confusion.size(); ++j)
      all.back().push_back(
          share(confusion[i][j], of == SharesOf::rows ? row_sums[i] : column_sums[j]));
  }
  return all;
}

std::vector<Metrics::Confusion> Metrics::most_confused(std::size_t most) const {
  std::vector<Confusion> all;
  for (std::size_t truth = 0; truth < confusion.size(); ++truth) {
    for (std::size_t other = 0; other < confusion[truth].size(); ++other) {
      const int count_of_both = confusion[truth][other];
      if (truth != other && count_of_both > 0)
        all.push_back({static_cast<int>(truth), static_cast<int>(other), count_of_both});
    }
  }
  std::ranges::stable_sort(all, std::ranges::greater{}, &Confusion::count);
  if (all.size() > most) all.resize(most);
  return all;
}

Metrics count_classes(const std::vector<int>& truth, const std::vector<int>& predicted,
                      std::vector<std::string> classes) {
  check_counts(truth.size(), predicted.size());
  Metrics metrics;
  metrics.task = classes.size() == 2 ? Task::two_classes : Task::classes;
  metrics.count = static_cast<int>(truth.size());
  metrics.confusion.assign(classes.size(), std::vector<int>(classes.size(), 0));
  const auto known = [&](int c) { return c >= 0 && static_cast<std::size_t>(c) < classes.size(); };
  for (std::size_t k = 0; k < truth.size(); ++k) {
    if (!known(truth[k]) || !known(predicted[k])) {
      throw Error(fmt::format("sample {} is of class {}, but there are {} classes, from 0", k + 1,
                              known(truth[k]) ? predicted[k] : truth[k], classes.size()));
    }
    ++metrics.confusion[static_cast<std::size_t>(truth[k])][static_cast<std::size_t>(predicted[k])];
  }
  metrics.classes = std::move(classes);
  return metrics;
}

namespace {

// Σ(y − ŷ)² and Σ(y − ȳ)² of each output.
struct Missed {
  Eigen::ArrayXd missed, spread;
};

void check_alike(const Array<float>& truth, const Array<float>& predicted) {
  if (truth.rows() == predicted.rows() && truth.cols() == predicted.cols()) return;
  throw Error(fmt::format("targets are {}×{}, predictions {}×{}; they must be alike", truth.rows(),
                          truth.cols(), predicted.rows(), predicted.cols()));
}

std::optional<Missed> missed_by(const Array<float>& truth, const Array<float>& predicted) {
  check_alike(truth, predicted);
  if (truth.cols() < 2 || truth.rows() == 0) return std::nullopt;
  Missed sums{Eigen::ArrayXd(truth.rows()), Eigen::ArrayXd(truth.rows())};
  for (Eigen::Index output = 0; output < truth.rows(); ++output) {
    const Eigen::ArrayXd y = truth.row(output).cast<double>();
    sums.missed(output) = (y - predicted.row(output).transpose().cast<double>()).square().sum();
    sums.spread(output) = (y - y.mean()).square().sum();
  }
  return sums;
}

double share_explained(double missed, double spread) {
  return spread != 0 ? 1 - missed / spread : (missed == 0 ? 1 : 0);
}

}  // namespace

std::optional<double> r2_score(const Array<float>& truth, const Array<float>& predicted) {
  const auto sums = missed_by(truth, predicted);
  if (!sums) return std::nullopt;
  double sum = 0;
  for (Eigen::Index output = 0; output < truth.rows(); ++output)
    sum += share_explained(sums->missed(output), sums->spread(output));
  return sum / static_cast<double>(truth.rows());
}

std::optional<double> r2_by_variance(const Array<float>& truth, const Array<float>& predicted) {
  const auto sums = missed_by(truth, predicted);
  if (!sums) return std::nullopt;
  return share_explained(sums->missed.sum(), sums->spread.sum());
}

std::optional<AbsoluteErrors> absolute_errors(const Array<float>& truth,
                                              const Array<float>& predicted) {
  check_alike(truth, predicted);
  if (truth.size() == 0) return std::nullopt;
  const Array<double> missed = truth.cast<double>() - predicted.cast<double>();
  return AbsoluteErrors{missed.abs().mean(), std::sqrt(missed.square().mean())};
}

std::vector<AtThreshold> taken_by_score(const std::vector<bool>& truth,
                                        const std::vector<double>& scores, std::string_view curve) {
  check_counts(truth.size(), scores.size());
  if (truth.empty()) throw Error(fmt::format("{} needs samples, and there are none", curve));
  for (std::size_t k = 0; k < scores.size(); ++k) {
    if (std::isnan(scores[k])) {
      throw Error(fmt::format("the score of sample {} is not a number, so it has no place in {}",
                              k + 1, curve));
    }
  }
  std::vector<std::size_t> falling(scores.size());
  std::iota(falling.begin(), falling.end(), std::size_t{0});
  std::ranges::sort(falling, std::ranges::greater{}, [&](std::size_t k) { return scores[k]; });
  std::vector<AtThreshold> all;
  int right = 0;
  for (std::size_t k = 0; k < falling.size(); ++k) {
    right += truth[falling[k]] ? 1 : 0;
    const double score = scores[falling[k]];
    if (k + 1 < falling.size() && scores[falling[k + 1]] == score) continue;  // ties go together
    all.push_back({score, static_cast<int>(k + 1), right});
  }
  return all;
}

PrecisionRecall pr_curve(const std::vector<bool>& truth, const std::vector<double>& scores) {
  const std::vector<AtThreshold> all = taken_by_score(truth, scores, "a precision-recall curve");
  const int positives = all.back().right;
  PrecisionRecall curve;
  for (const AtThreshold& taken : all) {
    curve.precision.push_back(static_cast<double>(taken.right) / taken.samples);
    curve.recall.push_back(positives == 0 ? 1 : static_cast<double>(taken.right) / positives);
    curve.thresholds.push_back(taken.score);
  }
  for (auto* of : {&curve.precision, &curve.recall, &curve.thresholds}) std::ranges::reverse(*of);
  curve.precision.push_back(1);
  curve.recall.push_back(0);
  return curve;
}

double average_precision(const PrecisionRecall& curve) {
  double sum = 0;
  for (std::size_t k = 0; k + 1 < curve.recall.size(); ++k)
    sum += (curve.recall[k] - curve.recall[k + 1]) * curve.precision[k];
  return sum;
}

std::vector<double> average_precisions(const std::vector<int>& truth, const Array<float>& scores) {
  check_counts(truth.size(), static_cast<std::size_t>(scores.cols()));
  std::vector<double> all;
  for (Eigen::Index c = 0; c < scores.rows(); ++c) {
    std::vector<bool> is_it;
    for (const int label : truth) is_it.push_back(label == c);
    const Eigen::ArrayXd row = scores.row(c).cast<double>();
    all.push_back(average_precision(pr_curve(is_it, {row.begin(), row.end()})));
  }
  return all;
}

}  // namespace tracer
