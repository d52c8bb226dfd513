#include "tracer/train/shared_run.hpp"

#include <algorithm>
#include <cmath>

#include "tracer/number/joint.hpp"
#include "tracer/train/inspect.hpp"

namespace tracer {
namespace {

enum Place : std::size_t { loss_place, correct_place, stop_place, first_flag };

}  // namespace

BatchShare share_of(int samples, int rank, int size, int least) {
  if (samples / size < least) return {0, rank == 0 ? samples : 0, samples};
  const auto begin = [&](int r) {
    return static_cast<int>(static_cast<long long>(samples) * r / size);
  };
  return {begin(rank), begin(rank + 1) - begin(rank), samples};
}

template <class S>
struct SharedRun<S>::Statistics final : JointBatch {
  Statistics(int samples, Ranks& all) : JointBatch(samples), ranks(all) {}
  void sum(std::span<double> entries) override { ranks.sum(entries); }
  Ranks& ranks;
};

template <class S>
SharedRun<S>::SharedRun(const Program& program, const BatchPlan<S>& plan, Ranks& ranks,
                        std::span<const int> labels, bool joint_statistics)
    : program_(program),
      plan_(plan),
      ranks_(ranks),
      labels_(labels),
      joint_statistics_(joint_statistics) {
  // of a single sample there is no variance
  if (!plan.weights->statistics().empty()) least_ = 2;
  std::size_t at = first_flag + plan.weights->learned().size();
  const auto place = [&](const std::vector<Stored<S>>& all, std::vector<std::size_t>& places) {
    for (const Stored<S>& one : all) {
      places.push_back(at);
      at += one.values.size();
    }
  };
  place(plan.weights->statistics(), states_at_);
  place(plan.weights->learned(), gradients_at_);
  sums_.resize(at);
}

template <class S>
SharedRun<S>::~SharedRun() = default;

template <class S>
BatchRun<S>& SharedRun<S>::run_of(int samples) {
  std::unique_ptr<BatchRun<S>>& run = runs_[samples];
  if (!run) run = std::make_unique<BatchRun<S>>(program_, samples, plan_);
  return *run;
}

// A process that has nothing of such a batch makes a run of it all the same: it tells what there is.
template <class S>
void SharedRun<S>::prepare(int samples) {
  const BatchShare share = share_of(samples, ranks_.rank(), ranks_.size(), least_);
  run_of(share.count > 0 ? share.count : samples);
}

template <class S>
void SharedRun<S>::take(std::span<const int> samples, long long step, Division division,
                        bool stops) {
  const int whole = program_.data ? static_cast<int>(samples.size()) : 1;
  const bool divided = division == Division::shares && program_.data;
  share_ = divided ? share_of(whole, ranks_.rank(), ranks_.size(), least_)
                   : BatchShare{0, ranks_.is_first() ? whole : 0, whole};
  const bool is_joint = joint_statistics_ && divided && whole / ranks_.size() >= least_;
  statistics_ = is_joint ? std::make_unique<Statistics>(whole, ranks_) : nullptr;
  wants_to_stop_ = stops;
  own_ = nullptr;
  last_[whole] = nullptr;
  if (share_.count == 0) return;
  own_ = &run_of(share_.count);
  last_[whole] = own_;
  samples_ = samples.empty() ? samples
                             : samples.subspan(static_cast<std::size_t>(share_.first),
                                               static_cast<std::size_t>(share_.count));
  own_->take(samples_, step, share_);
}

template <class S>
S SharedRun<S>::forward() {
  if (own_ != nullptr) {
    const PartOfJointBatch joint(statistics_.get());
    const S loss = own_->forward();
    own_->backward();
    write_share(loss);
  } else {
    std::ranges::fill(sums_, S(0));
  }
  sums_[stop_place] = wants_to_stop_ ? S(1) : S(0);
  ranks_.sum(std::span<S>(sums_));
  correct_ = static_cast<int>(std::lround(sums_[correct_place]));
  stops_ = sums_[stop_place] > 0;
  // what looks at a whole step asks the run that took it
  for (std::size_t p = 0; has_all() && p < gradients_at_.size(); ++p) {
    View<S> gradient = own_->gradient(p);
    if (gradient.size() > 0)
      gradient = View<S>(sums_.data() + gradients_at_[p], gradient.rows(), gradient.cols());
  }
  return sums_[loss_place];
}

template <class S>
S* SharedRun<S>::write(S* to, ConstView<S> values, S weight) const {
  View<S>(to, values.rows(), values.cols()) = values * weight;
  return to + values.size();
}

template <class S>
void SharedRun<S>::write_share(S loss) {
  const S weight = static_cast<S>(share_.count) / static_cast<S>(share_.whole);
  sums_[loss_place] = loss * weight;
  sums_[correct_place] =
      own_->has_score() ? static_cast<S>(own_->correct(samples_, labels_)) : S(0);
  for (std::size_t k = 0; k < states_at_.size(); ++k)
    write(sums_.data() + states_at_[k], own_->next_state(plan_.weights->statistics()[k]), weight);
  for (std::size_t p = 0; p < gradients_at_.size(); ++p) {
    const View<S> gradient = own_->gradient(p);
    S* const place = sums_.data() + gradients_at_[p];
    const bool is_there = gradient.size() > 0;
    sums_[first_flag + p] = is_there ? S(1) : S(0);
    if (is_there) {
      write(place, {gradient.data(), gradient.rows(), gradient.cols()}, weight);
    } else {
      std::fill_n(place, plan_.weights->learned()[p].values.size(), S(0));
    }
  }
}

template <class S>
View<S> SharedRun<S>::gradient(std::size_t parameter) {
  if (!(sums_[first_flag + parameter] > 0)) return {nullptr, 0, 0};
  if (has_all()) return own_->gradient(parameter);
  const Stored<S>& of = plan_.weights->learned()[parameter];
  return {sums_.data() + gradients_at_[parameter], of.rows, of.columns};
}

template <class S>
void SharedRun<S>::keep_states() {
  std::vector<Stored<S>>& states = plan_.weights->statistics();
  for (std::size_t k = 0; k < states.size(); ++k)
    std::copy_n(sums_.data() + states_at_[k], states[k].values.size(), states[k].values.data());
}

template <class S>
std::string SharedRun<S>::first_of(const std::string& own_text) {
  for (std::string& text : ranks_.gather(own_text)) {
    if (!text.empty()) return std::move(text);
  }
  return "";
}

// A unit is idle if no process has seen it learn.
template <class S>
std::vector<IdleUnits> SharedRun<S>::idle(int batch_size, bool rows) {
  BatchRun<S>* const last = last_[batch_size];
  std::vector<LearningUnits> seen = learning_units_in(last != nullptr ? *last : any(), rows);
  for (LearningUnits& units : seen) {
    if (last == nullptr) std::ranges::fill(units.learning, 0.F);
    ranks_.sum(std::span<float>(units.learning));
  }
  return idle_among(std::move(seen));
}

template class SharedRun<float>;
template class SharedRun<double>;

}  // namespace tracer
