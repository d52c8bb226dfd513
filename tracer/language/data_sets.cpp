#include "tracer/language/data_sets.hpp"

#include "datasets/generator.hpp"
#include "datasets/load.hpp"
#include "tracer/language/call_arguments.hpp"

namespace tracer {
namespace {

const Generator* generator_of(std::string_view function) {
  const Generator* const made = generator(function);
  return made == nullptr && function.starts_with("make_") ? generator(function.substr(5))
                                                          : made;  // scikit-learn's
}

// circles(1000, factor=0.4, noise=0.05): the arguments of the call to the numbers that the generator
// has.
Dataset generated_set(const DataRequest& request, const Generator& generator) {
  std::vector<std::string_view> named;
  for (const Generator::Number& number : generator.numbers) named.push_back(number.name);
  for (const char* option : {"seed", "shuffle", "samples", "normalise"}) named.emplace_back(option);
  const CallArguments arguments(request.names, request.call, request.span, {"n"}, named);
  GeneratorCall call;
  if (arguments.has("n")) call.numbers["n"] = arguments.whole("n", 0, 1);
  for (const auto& [name, meaning, whole, least, below] : generator.numbers) {
    if (!arguments.has(name) || (!whole && arguments.is_none(name))) continue;
    call.numbers[std::string(name)] =
        whole ? arguments.whole(name, 0, *least) : arguments.real(name, 0, least, below);
  }
  call.shuffle = arguments.truth("shuffle", true);
  call.seed = arguments.has("seed") ? static_cast<std::uint64_t>(arguments.whole("seed", 0, 0))
                                    : request.seed;
  if (request.is_held_out()) call.part = ast::word_of(request.role);
  if (const auto complaint = generator.complaint(call)) {
    const std::string& of = complaint->parameter;
    throw BadStatement{of.empty() ? request.span : arguments.span(of), complaint->says,
                       complaint->remedy};
  }
  return generator.make(call);
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
