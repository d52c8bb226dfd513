#include "tracer/language/data_sets.hpp"

#include "datasets/catalogue.hpp"

namespace tracer {
namespace {

const Generator* generator_of(std::string_view function) {
  const Generator* const made = generator(function);
  return made == nullptr && function.starts_with("make_") ? generator(function.substr(5))
                                                          : made;  // scikit-learn's
}

}  // namespace

std::vector<std::string_view> data_sets() {
  std::vector<std::string_view> names;
  for (const ImageSet& set : image_sets()) names.push_back(set.name);
  for (const std::string_view kind : file_calls()) names.push_back(kind);
  for (const Generator& one : generators()) names.push_back(one.name);
  return names;
}

bool is_data_set(std::string_view function) {
  return generator_of(function) != nullptr || file_call(function) != nullptr;
}

Dataset data_set(const DataRequest& request) {
  const std::string& function = request.call.function.text;
  if (const Generator* const made = generator_of(function)) return generated_set(request, *made);
  return file_call(function)(request);
}

}  // namespace tracer
