#include "tracer/language/data_sets.hpp"

#include <algorithm>

#include "datasets/catalogue.hpp"

namespace tracer {
namespace {

std::string own_name(std::string_view function) {
  if (function.starts_with("make_") && is_generator(function.substr(5)))
    return std::string(function.substr(5));  // scikit-learn's
  return std::string(function);
}

}  // namespace

std::vector<std::string_view> data_sets() {
  return {"mnist",   "fashion_mnist", "csv",     "npz", "npy",   "idx",
          "circles", "moons",         "spirals", "xor", "blobs", "linear"};
}

bool is_data_set(std::string_view function) {
  const std::vector<std::string_view> known = data_sets();
  return std::ranges::find(known, own_name(function)) != known.end();
}

Dataset data_set(const DataRequest& request) {
  const std::string which = own_name(request.call.function.text);
  return is_generator(which) ? generated_set(request, which) : set_from_file(request, which);
}

}  // namespace tracer
