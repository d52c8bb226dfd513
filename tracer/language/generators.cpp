// circles(1000, factor=0.4, noise=0.05) and its kin: arguments to the options of datasets/.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "datasets/blobs.hpp"
#include "datasets/circles.hpp"
#include "datasets/linear.hpp"
#include "datasets/moons.hpp"
#include "datasets/spirals.hpp"
#include "datasets/xor.hpp"
#include "tracer/language/call_arguments.hpp"
#include "tracer/language/data_sets.hpp"

namespace tracer {
namespace {

using namespace ast;

constexpr int most_points = 10'000'000;

class Generator {
 public:
  Generator(const DataRequest& request, std::vector<std::string_view> own)
      : request_(request), arguments_(request.names, request.call, request.span, {"n"}, all(own)) {}

  const CallArguments& arguments() const { return arguments_; }

  // what all of them have
  template <class Options>
  Options options() const {
    Options options;
    options.n = arguments_.whole("n", options.n, 1);
    if (options.n > most_points) {
      throw BadStatement{arguments_.span("n"), fmt::format("{} makes at most 10 million points",
                                                           request_.call.function.text)};
    }
    options.noise = arguments_.real("noise", options.noise, 0);
    seeded(options);
    if constexpr (requires { options.shuffle; })
      options.shuffle = arguments_.truth("shuffle", options.shuffle);
    return options;
  }

  void seeded(auto& options) const {
    options.seed = arguments_.has("seed")
                       ? static_cast<std::uint64_t>(arguments_.whole("seed", 0, 0))
                       : request_.seed;
    if (request_.is_test) options.stream = "test " + options.stream;
  }

  void check_size(int n, int features, std::string_view option) const {
    if (static_cast<long long>(n) * features <= 10LL * most_points) return;
    throw BadStatement{arguments_.span(option), "that is more than 100 million numbers",
                       "take fewer points or fewer features"};
  }

 private:
  static std::vector<std::string_view> all(std::vector<std::string_view> own) {
    for (const std::string_view option : {"noise", "seed", "shuffle", "samples", "normalise"})
      own.push_back(option);
    return own;
  }

  const DataRequest& request_;
  CallArguments arguments_;
};

Dataset make_circles(const DataRequest& request) {
  const Generator call(request, {"factor"});
  auto options = call.options<Circles>();
  options.factor = call.arguments().real("factor", options.factor, 0, 1);
  return circles(options);
}

Dataset make_moons(const DataRequest& request) {
  return moons(Generator(request, {}).options<Moons>());
}

Dataset make_spirals(const DataRequest& request) {
  const Generator call(request, {"arms", "turns"});
  auto options = call.options<Spirals>();
  options.arms = call.arguments().whole("arms", options.arms, 2);
  options.turns = call.arguments().real("turns", options.turns, 0);
  call.check_size(options.n, options.arms, "arms");
  return spirals(options);
}

Dataset make_xor(const DataRequest& request) {
  return xor_corners(Generator(request, {}).options<XorCorners>());
}

Dataset make_blobs(const DataRequest& request) {
  const CallArguments arguments(
      request.names, request.call, request.span, {"n"},
      {"centers", "features", "std", "low", "high", "seed", "shuffle", "samples", "normalise"});
  Blobs options;
  options.n = arguments.whole("n", options.n, 1);
  options.centers = arguments.whole("centers", options.centers, 2);
  options.features = arguments.whole("features", options.features, 1);
  options.deviation = arguments.real("std", options.deviation, 0);
  options.low = arguments.real("low", options.low);
  options.high = arguments.real("high", options.high);
  options.shuffle = arguments.truth("shuffle", true);
  options.seed = arguments.has("seed") ? static_cast<std::uint64_t>(arguments.whole("seed", 0, 0))
                                       : request.seed;
  if (request.is_test) options.stream = "test blobs";
  if (options.low > options.high) {
    throw BadStatement{arguments.span("low"), "the box of the centres has its low above its high",
                       "low must not be above high"};
  }
  const auto size = static_cast<long long>(options.n) * std::max(options.features, options.centers);
  if (options.n > most_points || size > 10LL * most_points) {
    throw BadStatement{request.span, "that is more than 100 million numbers",
                       "take fewer points, centers or features"};
  }
  return blobs(options);
}

Dataset make_linear(const DataRequest& request) {
  const Generator call(request, {"features", "targets", "bias", "weight"});
  auto options = call.options<Linear>();
  options.features = call.arguments().whole("features", options.features, 1);
  options.targets = call.arguments().whole("targets", options.targets, 1);
  options.bias = call.arguments().real("bias", options.bias);
  options.weight = call.arguments().real("weight", options.weight, 0);
  call.check_size(options.n, std::max(options.features, options.targets), "n");
  return linear(options);
}

struct KnownGenerator {
  std::string_view name;
  Dataset (*make)(const DataRequest&);
};
constexpr std::array generators{
    KnownGenerator{"circles", make_circles}, KnownGenerator{"moons", make_moons},
    KnownGenerator{"spirals", make_spirals}, KnownGenerator{"xor", make_xor},
    KnownGenerator{"blobs", make_blobs},     KnownGenerator{"linear", make_linear}};

}  // namespace

bool is_generator(std::string_view which) {
  return std::ranges::find(generators, which, &KnownGenerator::name) != generators.end();
}

Dataset generated_set(const DataRequest& request, const std::string& which) {
  return std::ranges::find(generators, which, &KnownGenerator::name)->make(request);
}

}  // namespace tracer
