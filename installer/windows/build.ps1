# Freezes the program and makes its setup, on Windows: installer\windows\build.ps1
# Needs Python 3.11 or newer and NSIS 3 (makensis on the PATH, or in its usual folder).
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..\..")

function Invoke-Checked([string] $Program) {
    & $Program @args
    if ($LASTEXITCODE -ne 0) { throw "$Program $args ended with $LASTEXITCODE" }
}

$environment = "build\windows-environment"
$python = "$environment\Scripts\python.exe"
if (-not (Test-Path $python)) { Invoke-Checked python -m venv $environment }
Invoke-Checked $python -m pip install --quiet --constraint constraints.txt ".[installer]"
Invoke-Checked $python -m PyInstaller --noconfirm --log-level WARN --distpath dist `
    --workpath build\frozen installer\triage_app.spec
Invoke-Checked $python installer\frozen_check.py dist\triage-app

$version = & $python -c "from importlib.metadata import version; print(version('triage-app'))"
$makensis = (Get-Command makensis -ErrorAction SilentlyContinue).Source
if (-not $makensis) { $makensis = "${env:ProgramFiles(x86)}\NSIS\makensis.exe" }
$setup = Join-Path (Get-Location) "dist\triage-app-$version-setup.exe"
Invoke-Checked $makensis -V2 "-DVERSION=$version" "-DSOURCE=$(Resolve-Path dist\triage-app)" `
    "-DLICENCE=$(Resolve-Path LICENSE)" "-DOUTPUT=$setup" installer\windows\setup.nsi

# Sign where a certificate is given, by its thumbprint in the user's store.
if ($env:SIGN_THUMBPRINT) {
    Invoke-Checked signtool sign /sha1 $env:SIGN_THUMBPRINT /fd SHA256 `
        /tr http://timestamp.digicert.com /td SHA256 $setup
}
Write-Output $setup
