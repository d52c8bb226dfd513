#include "tracer/cli/sample_data.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "datasets/catalogue.hpp"
#include "datasets/read_table.hpp"
#include "tracer/error.hpp"
#include "tracer/language/elaborate.hpp"
#include "tracer/language/suggest.hpp"

namespace tracer::cli {
namespace {

Array<float> columns_of(const LeafValue& value, bool rows) {
  return std::visit(
      [&](const auto& all) -> Array<float> {
        using All = std::decay_t<decltype(all)>;
        if constexpr (std::is_same_v<All, std::monostate>) {
          return {};
        } else if constexpr (std::is_same_v<All, Array<float>>) {
          return rows ? Array<float>(all.transpose()) : all;
        } else {
          const Array<float> floats =
              all.unaryExpr([](const Exact& x) { return static_cast<float>(x.to_double()); });
          return rows ? Array<float>(floats.transpose()) : floats;
        }
      },
      value);
}

// In a lesson of its own: what comes out is what any lesson with this call and seed gets.
Dataset called(const std::string& call, unsigned seed) {
  const Source source("<command line>", fmt::format("data X, Y = {}\nseed {}\nparam w = 1\n"
                                                    "L = w**2 * mean(X) * mean(Y)\n",
                                                    call, seed));
  const Program program = load_program(source);
  Dataset made = dataset_of(*program.data);
  if (made.name.empty()) made.name = call;
  return made;
}

}  // namespace

Dataset dataset_of(const Samples& samples) {
  Dataset made;
  made.name = samples.source;
  made.classes = samples.classes;
  made.image_rows = samples.image_rows;
  made.image_columns = samples.image_columns;
  if (!samples.values.empty()) made.features = columns_of(samples.values.front(), samples.rows);
  if (samples.values.size() > 1) made.targets = columns_of(samples.values.back(), samples.rows);
  return made;
}

std::vector<Picture> pictures_of(const Dataset& set, const std::vector<std::string>& captions) {
  std::vector<Picture> pictures;
  for (Eigen::Index k = 0; k < set.features.cols(); ++k) {
    Picture picture;
    picture.pixels.assign(set.features.col(k).begin(), set.features.col(k).end());
    picture.rows = set.image_rows;
    picture.columns = set.image_columns;
    if (static_cast<std::size_t>(k) < captions.size())
      picture.caption = captions[static_cast<std::size_t>(k)];
    pictures.push_back(std::move(picture));
  }
  return pictures;
}

const std::vector<Generator>& generators() {
  static const std::vector<Generator> all{
      {"circles", "two circles, one inside the other"},
      {"moons", "two half circles, one reaching into the other"},
      {"spirals", "arms that wind around each other"},
      {"xor", "four corners, opposite ones alike"},
      {"blobs", "round clouds, one a class"},
      {"linear", "numbers that follow a straight line, with noise"}};
  return all;
}

Dataset named_dataset(const std::string& what, unsigned seed) {
  if (what.find('(') != std::string::npos) return called(what, seed);
  std::error_code none;
  if (std::filesystem::is_regular_file(what, none)) return load_file(what);
  if (is_image_set(what)) return called(fmt::format("{}(\"train\")", image_set(what).name), seed);
  std::vector<std::string> names;
  for (const Generator& generator : generators()) {
    if (generator.name == what) return called(what + "(500)", seed);
    names.push_back(generator.name);
  }
  for (const ImageSet& set : image_sets()) names.emplace_back(set.name);
  const auto near = closest(what, names);
  throw Error(fmt::format("{}: there is no such file and no data set of that name{}", what,
                          near ? fmt::format("; did you mean {}?", *near)
                               : " (tracer data list names those there are)"));
}

}  // namespace tracer::cli
