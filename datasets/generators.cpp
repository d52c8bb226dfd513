// The list of generators: the one place besides its own file that a generator is named in.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "datasets/blobs.hpp"
#include "datasets/circles.hpp"
#include "datasets/generator.hpp"
#include "datasets/linear.hpp"
#include "datasets/moons.hpp"
#include "datasets/spirals.hpp"
#include "datasets/xor.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

template <class Options>
Options options_of(const GeneratorCall& call) {
  Options options;
  const auto take = [&](std::string_view name, auto& into) {
    if (const auto given = call.numbers.find(name); given != call.numbers.end())
      into = static_cast<std::decay_t<decltype(into)>>(given->second);
  };
  take("n", options.n);
  std::apply([&](const auto&... one) { (take(one.name, options.*one.member), ...); },
             Options::parameters());
  if constexpr (requires { options.shuffle; }) options.shuffle = call.shuffle;
  options.seed = call.seed;
  if (!call.part.empty()) options.stream = call.part + " " + options.stream;
  return options;
}

template <class Options>
std::optional<WrongCall> complaint_of(const GeneratorCall& call) {
  const auto options = options_of<Options>(call);
  if (options.n > 10'000'000)
    return WrongCall{"n", fmt::format("{} makes at most 10 million points", Options::name)};
  if constexpr (requires { options.complaint(); }) return options.complaint();
  return std::nullopt;
}

template <class Options, Dataset (*make)(const Options&)>
Generator described() {
  Generator made{Options::name,
                 Options::about,
                 Options::training,
                 {},
                 complaint_of<Options>,
                 [](const GeneratorCall& call) { return make(options_of<Options>(call)); }};
  const auto note = [&]<class Number>(const Parameter<Options, Number>& one) {
    made.numbers.push_back(
        {one.name, one.meaning, std::is_integral_v<Number>, one.least, one.below});
  };
  std::apply([&](const auto&... one) { (note(one), ...); }, Options::parameters());
  return made;
}

void check(const Generator& generator, std::string_view name, double value) {
  const Generator::Number of_all{"n", "", true, 1, {}};
  const Generator::Number* const number = name == "n" ? &of_all : generator.number(name);
  if (number == nullptr) {
    std::vector<std::string_view> names{"n"};
    for (const Generator::Number& one : generator.numbers) names.push_back(one.name);
    throw Error(
        fmt::format("{} has no {}: it has {}", generator.name, name, fmt::join(names, ", ")));
  }
  const bool whole = value == std::floor(value) && std::abs(value) < 1e9;
  if (number->whole && !whole)
    throw Error(fmt::format("{} {}: expected a whole number", name, value));
  if (number->least && !(value >= *number->least))
    throw Error(fmt::format("{} {}: it must be at least {}", name, value, *number->least));
  if (number->below && !(value < *number->below))
    throw Error(fmt::format("{} {}: it must be less than {}", name, value, *number->below));
}

}  // namespace

const std::vector<Generator>& generators() {
  static const std::vector<Generator> all{
      described<Circles, circles>(), described<Moons, moons>(),
      described<Spirals, spirals>(), described<XorCorners, xor_corners>(),
      described<Blobs, blobs>(),     described<Linear, linear>()};
  return all;
}

const Generator* generator(std::string_view name) {
  const auto at = std::ranges::find(generators(), name, &Generator::name);
  return at == generators().end() ? nullptr : &*at;
}

const Generator::Number* Generator::number(std::string_view called) const {
  const auto at = std::ranges::find(numbers, called, &Number::name);
  return at == numbers.end() ? nullptr : &*at;
}

Dataset make_samples(const Generator& generator, const GeneratorCall& call) {
  for (const auto& [name, value] : call.numbers) check(generator, name, value);
  if (const auto complaint = generator.complaint(call)) {
    const char* const link = complaint->remedy.empty() ? "" : "; ";
    throw Error(complaint->says + link + complaint->remedy);
  }
  return generator.make(call);
}

LabelledPoints::LabelledPoints(int features, int n, bool shuffle, std::uint64_t seed,
                               const std::string& stream, double deviation)
    : features_(features, n),
      labels_(static_cast<std::size_t>(n)),
      place_(labels_.size()),
      noise_(seed, stream + " noise"),
      deviation_(deviation) {
  if (shuffle) {
    place_ = RandomStream(seed, stream + " shuffle").permutation(n);
  } else {
    std::iota(place_.begin(), place_.end(), 0);
  }
}

void LabelledPoints::add(const std::vector<double>& point, int label) {
  const int column = place_[next_++];
  labels_[static_cast<std::size_t>(column)] = label;
  for (std::size_t i = 0; i < point.size(); ++i) {
    // Where there is none, none is drawn.
    const double moved = deviation_ > 0 ? point[i] + deviation_ * noise_.normal() : point[i];
    features_(static_cast<Eigen::Index>(i), column) = static_cast<float>(moved);
  }
}

Dataset LabelledPoints::dataset(std::string_view name, int classes) && {
  Dataset made;
  made.name = name;
  made.features = std::move(features_);
  made.targets = class_targets(labels_, classes);
  for (int k = 0; k < classes; ++k) made.classes.push_back(std::to_string(k));
  return made;
}

}  // namespace tracer
