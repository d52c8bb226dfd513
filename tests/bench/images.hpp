// The images that all sides train on: MNIST where it is on this machine, else made-up ones.
#pragma once

#include <filesystem>

namespace tracer::bench {

struct Images {
  std::filesystem::path folder;  ///< has mnist/ in it, with the training images and labels as IDX
  bool real = false;
};

/// Looks where the tests and the program look. Where nothing is found, or `made_up` is wanted,
/// writes 60,000 images into `scratch`: ten smooth shapes with 19 % of their pixels above 0, as
/// digits have it, shifted and of varying strength.
Images find_images(const std::filesystem::path& scratch, bool made_up);

}  // namespace tracer::bench
