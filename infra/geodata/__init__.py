"""Reading files of postcodes and of areas."""
