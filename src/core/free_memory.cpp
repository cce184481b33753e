#include "core/free_memory.h"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace diorama::core {

void release_free_memory() {
#ifdef __GLIBC__
    (void)::malloc_trim(0);
#endif
}

}  // namespace diorama::core
