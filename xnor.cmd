@echo off
rem Starts the xnor command on Windows: builds on first use and when a TornadoVM SDK has come, then runs.
rem After a change of the sources, delete cli\target: only the launcher for POSIX shells notices by itself.
setlocal
set "ROOT=%~dp0"
set "DISTRIBUTION=%ROOT%cli\target\xnor"
set "JAR=%DISTRIBUTION%\lib\xnor4j-cli.jar"
set "STAMP=%DISTRIBUTION%\built"
set "ARGUMENTS=%DISTRIBUTION%\tornado-argfile"

set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
"%JAVA%" --version >nul 2>&1
if errorlevel 1 goto nojdk
set "VERSION=0"
for /f "tokens=2 delims=. -" %%v in ('call "%JAVA%" --version 2^>nul') do (
  set "VERSION=%%v"
  goto checked
)
:checked
if %VERSION% LSS 25 goto nojdk

set "SDK="
if defined TORNADOVM_HOME if exist "%TORNADOVM_HOME%\tornado-argfile" set "SDK=%TORNADOVM_HOME%"
set "MADE="
if exist "%STAMP%" set /p MADE=<"%STAMP%"
if not exist "%JAR%" goto build
if not defined SDK goto run
if "%MADE%"=="%SDK%" goto run
:build
echo building xnor4j... >&2
pushd "%ROOT%"
call mvn -q -B -Dmaven.test.skip -DskipTests -Djacoco.skip package -pl cli -am <nul >&2
set "BUILT=%ERRORLEVEL%"
popd
if not "%BUILT%"=="0" goto failed
>"%STAMP%" echo(%SDK%

:run
set "TORNADO="
if not defined SDK goto start
rem TornadoVM is added unless another backend is named.
set "BACKEND=auto"
set "PREVIOUS="
for %%a in (%*) do call :look "%%~a"
if not "%BACKEND%"=="auto" if not "%BACKEND%"=="gpu-tornado" goto start
set "KEY=%SDK% on %JAVA%"
set "FIRST="
if exist "%ARGUMENTS%" set /p FIRST=<"%ARGUMENTS%"
if "%FIRST%"=="# %KEY%" goto ready
if exist "%ARGUMENTS%" del "%ARGUMENTS%"
"%JAVA%" -cp "%DISTRIBUTION%\lib\*" io.github.xnor4j.gpu.ArgumentFile "%SDK%" "%ARGUMENTS%" "%KEY%"
if errorlevel 1 goto start
:ready
set TORNADO="@%ARGUMENTS%"

:start
"%JAVA%" %TORNADO% --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -XX:Tier3DelayOn=1000 -XX:Tier0ProfilingStartPercentage=100000 -jar "%JAR%" %*
exit /b %ERRORLEVEL%

rem Remembers what follows --backend, also behind "=", at which the loop parts an argument.
:look
if "%PREVIOUS%"=="--backend" set "BACKEND=%~1"
set "PREVIOUS=%~1"
exit /b 0

:failed
echo xnor: the build failed; what Maven said is above >&2
exit /b 1

:nojdk
echo xnor4j needs a JDK 25 or newer: get one from https://adoptium.net/temurin/releases/?version=25 and set JAVA_HOME to its folder >&2
exit /b 2
