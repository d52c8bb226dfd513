// What the arrays of a file are called: dL/dW1 and its other spellings (language/gradient_names.hpp),
// or just W1; in folders, in groups. Next: read_claims.hpp.
#pragma once

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

/// An object or a folder that groups arrays, and is no part of their names: grads, params, data.
bool is_group_word(const std::string&);

/// A name in an archive, which may have folders in it.
struct MemberName {
  std::string name;     ///< "dL/dW1", "fc1.weight" of fc1/weight
  std::string section;  ///< "grads" of grads/W1; mostly empty
};
/// Without endings (W1.npy), without a folder that all of them lie in, and without folders that
/// group; other folders are joined by points. dL/dW1 is no folder.
std::vector<MemberName> names_without_folders(std::vector<std::string> names);

/// What a network's output is often called: output, y_hat, prediction.
bool is_output_word(std::string_view name);

}  // namespace tracer
