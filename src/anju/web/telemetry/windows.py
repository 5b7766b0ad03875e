def of_window(request, row):
    return []
