@echo off
rem Starts the xnor command on Windows: builds on first use, then runs.
rem After a change of the sources, delete cli\target: only the launcher for POSIX shells notices by itself.
setlocal
set "ROOT=%~dp0"
set "JAR=%ROOT%cli\target\xnor\lib\xnor4j-cli.jar"

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

if exist "%JAR%" goto run
echo building xnor4j (first use)... >&2
pushd "%ROOT%"
call mvn -q -B -Dmaven.test.skip -Djacoco.skip package -pl cli -am <nul >&2
set "BUILT=%ERRORLEVEL%"
popd
if "%BUILT%"=="0" goto run
echo xnor: the build failed; what Maven said is above >&2
exit /b 1

:run
"%JAVA%" --add-modules jdk.incubator.vector -XX:Tier3DelayOn=1000 -XX:Tier0ProfilingStartPercentage=100000 -jar "%JAR%" %*
exit /b %ERRORLEVEL%

:nojdk
echo xnor4j needs a JDK 25 or newer: get one from https://adoptium.net/temurin/releases/?version=25 and set JAVA_HOME to its folder >&2
exit /b 2
