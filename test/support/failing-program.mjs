process.stderr.write('building\nno Python 3.10 was found: install it\n');
process.exitCode = 2;
