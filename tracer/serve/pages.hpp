// The pages that computations have made, for the frames that show them: of each pane the last few.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "tracer/serve/jobs.hpp"

namespace tracer::serve {

class Pages {
 public:
  /// Where it can be had: "/page/17".
  std::string keep(const Pane&, std::string html);
  /// Null: there is none there (any more).
  std::shared_ptr<const std::string> find(std::string_view path) const;

 private:
  // The one shown, the one being loaded, and one for a frame that is slow. More panes than a person
  // has open lose their oldest.
  static constexpr std::size_t of_a_pane = 3, most = 100;

  struct Kept {
    Pane pane;
    std::string path;
    std::shared_ptr<const std::string> html;
  };

  mutable std::mutex mutex_;
  long long count_ = 0;
  std::deque<Kept> kept_;  // the oldest first
};

/// The content security policy that a page of tracer's says of itself, which holds the digest of its
/// script: the first in its head. "": there is none.
std::string policy_of(std::string_view html);

}  // namespace tracer::serve
