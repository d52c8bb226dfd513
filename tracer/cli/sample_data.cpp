#include "tracer/cli/sample_data.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "datasets/catalogue.hpp"
#include "datasets/generator.hpp"
#include "datasets/load.hpp"
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

Dataset named_dataset(const std::string& what, unsigned seed) {
  if (what.find('(') != std::string::npos) {
    Dataset made = dataset_of(samples_of_call(what, seed, "<command line>"));
    if (made.name.empty()) made.name = what;
    return made;
  }
  std::error_code none;
  if (std::filesystem::is_regular_file(what, none)) return load_file(what);
  if (is_image_set(what)) return load_images(what, "train");
  if (const Generator* const one = generator(what))
    return make_samples(*one, {.numbers = {{"n", 500}}, .seed = seed});
  std::vector<std::string_view> names;
  for (const Generator& one : generators()) names.push_back(one.name);
  for (const ImageSet& set : image_sets()) names.push_back(set.name);
  const auto near = closest(what, std::span<const std::string_view>(names));
  throw Error(fmt::format("{}: there is no such file and no data set of that name{}", what,
                          near ? fmt::format("; did you mean {}?", *near)
                               : " (tracer data list names those there are)"));
}

}  // namespace tracer::cli
