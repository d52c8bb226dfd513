// What the arrays of a file are called: dL/dW1 and its other spellings (language/gradient_names.hpp),
// or just W1; in folders, in groups. Next: read_claims.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tracer {

/// One way to understand a name: the gradient with respect to `of`, or `of` itself.
struct NameReading {
  std::string of;
  bool gradient = false;
  std::string numerator;  ///< "L" in dL/dW1; empty where it is not said
};

/// Every way to understand it, the plainest first: "dW1" may be a value of that name, or the
/// gradient with respect to W1.
std::vector<NameReading> readings_of(std::string_view name);

/// A name in an archive or an object, which may have folders or objects in it.
struct MemberName {
  std::string name;     ///< "dL/dW1", "fc1.weight" of fc1/weight
  std::string section;  ///< "grads" of grads/W1; mostly empty
};
/// Joined by points, without those that group: grads, params, data.
MemberName member_name(const std::vector<std::string>& parts);
/// Without endings (W1.npy), without a folder that all of them lie in, and without folders that
/// group; other folders are joined by points. dL/dW1 is no folder.
std::vector<MemberName> names_without_folders(std::vector<std::string> names);

/// The one of the names that is called so, if need be but for small and large letters and
/// underscores; nothing where there is none, or the choice of several.
std::optional<std::string> spelt_so(const std::string& called,
                                    const std::vector<std::string>& names);

/// What a network's output is often called: output, y_hat, prediction.
bool is_output_word(std::string_view name);

}  // namespace tracer
