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
#include "tracer/train/part_samples.hpp"

namespace tracer::cli {

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
