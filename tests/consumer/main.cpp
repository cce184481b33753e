#include <cstdio>

#include "diorama/error.h"
#include "diorama/run.h"

int main() {
    const diorama::RunContext run{.threads = 1};
    try {
        throw diorama::Error(diorama::ErrorCode::not_found, "no such file", "photo.jpg");
    } catch (const diorama::Error& error) {
        std::puts(error.what());
        return diorama::exit_status(error.code()) == 1 && run.thread_count() == 1 ? 0 : 1;
    }
}
